{# Values: job, staged (source: the volume that holds the copy, target: where the renamed data
   sets go; never a volume of the source system), masks,
   clusters (name, data, index or none, volsers, catalog). #}
{% include "_job.jcl" %}
//* RENAME WITHOUT A PRODUCT: EACH DATA SET IS COPIED PHYSICALLY FROM
//* THE COPY'S VOLUME TO THE TARGET'S UNDER ITS NEW NAME, THEN VSAM
//* CLUSTERS ARE CATALOGED.
//*
//COPY     EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for pair in staged %}
{% filter control %}
COPY DATASET(INCLUDE(**) EXCLUDE(SYS1.VVDS.**,SYS1.VTOCIX.**))
PHYSINDYNAM(({{ pair.source }}))
OUTDYNAM(({{ pair.target }})) RENAMEU(
{%- for mask in masks %}{{ mask | sides }}{% if not loop.last %},{% endif %}{% endfor %})
REPLACEU CATALOG ALLDATA(*) ALLEXCP
{% endfilter %}

{% endfor %}
/*
{% if clusters %}
//* THE VVDS AND VTOC HAVE THE CLUSTERS; ONLY THE CATALOG DOES NOT.
//*
//CATALOG  EXEC PGM=IDCAMS,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for cluster in clusters %}
{% filter control %}
DEFINE CLUSTER(NAME({{ cluster.name }}) VOLUMES({{ cluster.volsers | listed }})
RECATALOG {% if cluster.index %}INDEXED{% else %}NONINDEXED{% endif %})
DATA(NAME({{ cluster.data }}) VOLUMES({{ cluster.volsers | listed }}))
{% if cluster.index %}
INDEX(NAME({{ cluster.index }}) VOLUMES({{ cluster.volsers | listed }}))
{% endif %}
CATALOG({{ cluster.catalog }})
{% endfilter %}

{% endfor %}
/*
{% endif %}
