{# Values: job, steplib, acblib, recon, dbdlib, rebuilds (database, partitions, statement), commands (to DBRC). #}
{% include "_job.jcl" %}
//* ALL INDEXES AND THE ILDS OF PARTITIONS ARE BUILT ANEW: LOGS DO NOT
//* MAKE A FUZZY COPY OF A KEY-SEQUENCED DATA SET WHOLE.
//*
{% for one in rebuilds %}
{% if one.partitions %}
//B{{ loop.index }} EXEC PGM=DFSPREC0,PARM='ULU,DFSPREC0,{{ one.database }}'
{% else %}
//B{{ loop.index }} EXEC PGM=IIUSTART
{% endif %}
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
{% for dsname in recon %}
//RECON{{ loop.index }}   DD DISP=SHR,DSN={{ dsname }}
{% endfor %}
{% if one.partitions %}
//SYSIN    DD *
{% else %}
//IIUIN    DD *
{% endif %}
{{ one.statement }}
/*
{% endfor %}
{% if commands %}
//* A BUILT INDEX NEEDS NO IMAGE COPY: IT CAN BE BUILT AGAIN.
//*
//UPDATE   EXEC PGM=DSPURX00
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
{% for command in commands %}
{{ command.card }}
{% endfor %}
/*
{% endif %}
