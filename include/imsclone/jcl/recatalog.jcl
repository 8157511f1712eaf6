{# Values: job, catalogs (target, target_volser, target_aliases), device_type (number),
   volsers (of the clone's volumes). #}
{% include "_job.jcl" %}
//* CONNECT THE CLONE'S CATALOGS TO THE MASTER CATALOG,
//* LET THE HIGH-LEVEL QUALIFIERS LEAD TO THEM, COMPARE THEM WITH THE
//* VVDSS OF THE CLONE'S VOLUMES.
//*
//CONNECT  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for catalog in catalogs %}
{% filter control %}
IMPORT CONNECT OBJECTS(({{ catalog.target }} DEVICETYPE({{ device_type }})
VOLUMES({{ catalog.target_volser }})))
{% endfilter %}

{% endfor %}
/*
//ALIAS    EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for catalog in catalogs %}
{% for alias in catalog.target_aliases %}
{% filter control %}
DEFINE ALIAS(NAME({{ alias }}) RELATE({{ catalog.target }}))
{% endfilter %}

{% endfor %}
{% endfor %}
/*
{% for catalog in catalogs %}
//DIAG{{ loop.index }}    EXEC PGM=IDCAMS
{% include "_diagnose.jcl" %}
{% endfor %}
