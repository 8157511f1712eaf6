{# Values: job, volsers, storage_groups (may be empty), dsname (of the output), work_volume (or none). #}
{% include "_job.jcl" %}
//* COLLECT WHAT IS ON THE VOLUMES: V AND D RECORDS. READS ONLY.
//*
//CLEAR    EXEC PGM=IEFBR14
{% filter statement %}
//OLD DD DISP=(MOD,DELETE),DSN={{ dsname }},UNIT=SYSALLDA,
{% if work_volume %} VOL=SER={{ work_volume }}, {% endif %}
SPACE=(TRK,0)
{% endfilter %}

//COLLECT  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
{% filter statement %}
//DCOUT DD DISP=(NEW,CATLG,DELETE),DSN={{ dsname }},UNIT=SYSALLDA,
{% if work_volume %} VOL=SER={{ work_volume }}, {% endif %}
SPACE=(CYL,(5,5)),DCB=(RECFM=VB,LRECL=644,BLKSIZE=0)
{% endfilter %}

//SYSIN    DD *
{% filter control %}
DCOLLECT OUTFILE(DCOUT)
{% if volsers %} VOLUMES({{ volsers | listed }}) {% endif %}
{% if storage_groups %} STORAGEGROUP({{ storage_groups | listed }}) {% endif %}
{% endfilter %}

/*
