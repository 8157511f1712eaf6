{# Values: job, steplib, acblib, imsplex, route, databases, unloads (database, output), work_volume. #}
{% include "_job.jcl" %}
//* 1 WHAT AN EARLIER RUN UNLOADED GOES.
//*
//DELETE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for unload in unloads %}
 DELETE {{ unload.output }}
{% endfor %}
 SET MAXCC = 0
/*
//* 2 THE CLONE WRITES AND CLOSES THE DATABASES.
//*
{% include "_stop_databases.jcl" %}
//* 3 EACH IS UNLOADED, SEGMENT BY SEGMENT, FOR THE WAREHOUSE.
//*
{% for unload in unloads %}
{% filter statement %}
//UNLD{{ loop.index }} EXEC PGM=DFSURGU0,PARM='ULU,DFSURGU0,{{ unload.database }}',
COND=(0,NE,STOP)
{% endfilter %}

{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
//DFSURGU1 DD DISP=(NEW,CATLG,DELETE),DSN={{ unload.output }},
//            UNIT=SYSALLDA,VOL=SER={{ work_volume }},
//            SPACE=(TRK,(30,30)),
//            DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)
{% endfor %}
//* 4 THE CLONE GOES ON WITH THEM, WHATEVER HAPPENED ABOVE.
//*
{% include "_start_databases.jcl" %}
