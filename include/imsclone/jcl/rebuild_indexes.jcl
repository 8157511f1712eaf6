{# Values: job, steplib, acblib, recon, dbdlib, rebuilds (database, partitions, statement), commands (to DBRC). #}
{% include "_job.jcl" %}
//* WHAT NO LOG RECORD TELLS OF IS BUILT ANEW: PRIMARY INDEX AND ILDS
//* OF PARTITIONS, AND INDEXES THAT ARE NOT RECOVERABLE.
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
