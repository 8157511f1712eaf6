{# Values: job, scanned (cluster and the data set for its records), work_volume, cylinders. #}
{% include "_job.jcl" %}
//* 1 WHAT AN EARLIER TRY LEFT GOES.
//*
//DELETE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for _, output in scanned %}
 DELETE {{ output }}
{% endfor %}
 SET MAXCC = 0
/*
//* 2 WHAT Z/OSMF CANNOT READ BY ITSELF IS COPIED FOR THE LEAK SCAN.
//*
//REPRO    EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
{% for _, output in scanned %}
//OUT{{ loop.index }}   DD DISP=(NEW,CATLG,DELETE),
//            DSN={{ output }},
//            UNIT=SYSALLDA,VOL=SER={{ work_volume }},
//            SPACE=(CYL,(1,{{ cylinders }})),
//            DCB=(RECFM=VB,LRECL=32756,BLKSIZE=32760)
{% endfor %}
//SYSIN    DD *
{% for cluster, _ in scanned %}
{% filter control %}
REPRO INDATASET({{ cluster }}) OUTFILE(OUT{{ loop.index }})
{% endfilter %}

{% endfor %}
/*
