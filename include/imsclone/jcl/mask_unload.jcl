{# Values: job, steplib, acblib, database, output (data set name), work_volume, cylinders. #}
{% include "_job.jcl" %}
//* 1 WHAT AN EARLIER TRY UNLOADED GOES.
//*
//DELETE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 DELETE {{ output }}
 SET MAXCC = 0
/*
//* 2 THE REFRESHED DATABASE, WHICH NOBODY USES YET, IS UNLOADED TO BE
//*   MASKED.
//*
//UNLOAD   EXEC PGM=DFSURGU0,PARM='ULU,DFSURGU0,{{ database }}'
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
//DFSURGU1 DD DISP=(NEW,CATLG,DELETE),
//            DSN={{ output }},
//            UNIT=SYSALLDA,VOL=SER={{ work_volume }},
//            SPACE=(CYL,({{ cylinders }},{{ cylinders }})),
//            DCB=(RECFM=VB,LRECL=32756,BLKSIZE=32760)
