{# Values: job, steplib, acblib, recon, dbdlib (of the target), source_acblib, logs (data set names, in order), recoveries
   (statement, database, ddname, dsname, partition, image, accumulation). #}
{% include "_job.jcl" %}
//* DATA SETS ARE BROUGHT UP TO ONE POINT IN TIME BY THE SOURCE'S LOGS.
//* A COPIED ONE IS ITS OWN BASE (DFSUDUMP DUMMY), ONE OF A PAST TIME
//* HAS AN IMAGE COPY. RUN AGAIN, IT COMES TO THE SAME END.
//*
{% for one in recoveries %}
//R{{ loop.index }} EXEC PGM=DFSURDB0,
//            PARM='UDR,DFSURDB0,{{ one.database }}{% if not one.partition %},DBRC=N{% endif %}'
{% include "_steplib.jcl" %}
{% if one.partition %}
{% include "_control_blocks.jcl" %}
{% for dsname in recon %}
//RECON{{ loop.index }}   DD DISP=SHR,DSN={{ dsname }}
{% endfor %}
{% else %}
{% for library in source_acblib %}
{% if loop.first %}
//IMSACB   DD DISP=SHR,DSN={{ library }}
{% else %}
//         DD DISP=SHR,DSN={{ library }}
{% endif %}
{% endfor %}
//SYSPRINT DD SYSOUT=*
//{{ one.ddname }} DD DISP=OLD,DSN={{ one.dsname }}
{% endif %}
{% if one.image %}
//DFSUDUMP DD DISP=SHR,DSN={{ one.image }}
{% else %}
//DFSUDUMP DD DUMMY
{% endif %}
{% if one.accumulation %}
//DFSUCUM  DD DISP=SHR,DSN={{ one.accumulation }}
{% endif %}
{% for dsname in logs %}
{% if loop.first %}
//DFSULOG  DD DISP=SHR,DSN={{ dsname }}
{% else %}
//         DD DISP=SHR,DSN={{ dsname }}
{% endif %}
{% endfor %}
//SYSIN    DD *
{{ one.statement }}
/*
{% endfor %}
