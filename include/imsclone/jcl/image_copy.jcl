{# Values: job, steplib, acblib, imsplex, route, databases, image_copies (statement, output), work_volume. #}
{% include "_job.jcl" %}
//* 1 COPIES OF AN EARLIER RUN GO.
//*
//DELETE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for copy in image_copies %}
 DELETE {{ copy.output }}
{% endfor %}
 SET MAXCC = 0
/*
//* 2 THE CLONE WRITES AND CLOSES ITS DATABASES.
//*
{% include "_stop_databases.jcl" %}
//* 3 EACH DATABASE DATA SET IS COPIED; THE CLONE'S RECON LEARNS OF IT.
//*
//COPY     EXEC PGM=DFSUDMP0,COND=(0,NE,STOP)
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
{% for copy in image_copies %}
//OUT{{ loop.index }}   DD DISP=(NEW,CATLG,DELETE),DSN={{ copy.output }},
//            UNIT=SYSALLDA,VOL=SER={{ work_volume }},
//            SPACE=(TRK,(30,30)),
//            DCB=(RECFM=VB,LRECL=8192,BLKSIZE=27998)
{% endfor %}
//SYSIN    DD *
{% for copy in image_copies %}
{{ copy.statement }}OUT{{ loop.index }}
{% endfor %}
/*
//* 4 THE CLONE GOES ON WITH THEM, WHATEVER HAPPENED ABOVE.
//*
{% include "_start_databases.jcl" %}
