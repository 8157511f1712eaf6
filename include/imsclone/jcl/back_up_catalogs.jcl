{# Values: job, backups (catalog, dsname: where the copy goes), work_volume (or none). #}
{% include "_job.jcl" %}
//* COPY THE USER CATALOGS BEFORE ANYTHING IS DONE. EXPORT TEMPORARY
//* LEAVES THE CATALOG AS IT IS. A COPY OF AN EARLIER TRY IS REPLACED.
//*
//CLEAR    EXEC PGM=IEFBR14
{% for backup in backups %}
{% filter statement %}
//OLD{{ loop.index }} DD DISP=(MOD,DELETE),DSN={{ backup.dsname }},
UNIT=SYSALLDA,
{% if work_volume %} VOL=SER={{ work_volume }}, {% endif %}
SPACE=(TRK,0)
{% endfilter %}

{% endfor %}
//*
//BACKUP   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
{% for backup in backups %}
{% filter statement %}
//OUT{{ loop.index }} DD DISP=(NEW,CATLG,DELETE),
DSN={{ backup.dsname }},UNIT=SYSALLDA,
{% if work_volume %} VOL=SER={{ work_volume }}, {% endif %}
SPACE=(CYL,(5,5))
{% endfilter %}

{% endfor %}
//SYSIN    DD *
{% for backup in backups %}
{% filter control %}
EXPORT {{ backup.catalog }} OUTFILE(OUT{{ loop.index }}) TEMPORARY
{% endfilter %}

{% endfor %}
/*
