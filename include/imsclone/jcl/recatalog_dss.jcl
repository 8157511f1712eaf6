{# Values: job, catalogs (target, target_volser, target_aliases), volsers (of the clone's volumes), masks,
   later (name, staging, target), groups (name, limit, scratch, empty, catalog), nonvsam (name, volsers, catalog),
   clusters (name, data, index or none, organization, volsers, catalog), device_type (number). #}
{% include "_job.jcl" %}
//* DEFINE THE CLONE'S CATALOGS, AND CATALOG WHAT WAS COPIED: GROUPS,
//* DATA SETS, CLUSTERS. COMPARE WITH THE VVDSS OF THE CLONE'S VOLUMES.
//*
{% include "_define_catalogs.jcl" %}
{% if later %}
//* WHAT FURTHER VOLUMES HOLD OF DATA SETS, BEHIND THEIR FIRST PARTS.
//*
//LATER    EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for part in later %}
{% filter control %}
COPY DATASET(INCLUDE({{ part.name }})) PHYSINDYNAM(({{ part.staging }}))
OUTDYNAM(({{ part.target }})) RENAMEU(
{%- for mask in masks %}{{ mask | sides }}{% if not loop.last %},{% endif %}{% endfor %})
REPLACEU ALLDATA(*) ALLEXCP TOL(ENQF)
{% endfilter %}

{% endfor %}
/*
{% endif %}
//CATALOG  EXEC PGM=IDCAMS,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for group in groups %}
{% filter control %}
DEFINE GENERATIONDATAGROUP(NAME({{ group.name }}) LIMIT({{ group.limit }})
{% if group.scratch %} SCRATCH {% else %} NOSCRATCH {% endif %}
{% if group.empty %} EMPTY) {% else %} NOEMPTY) {% endif %}
CATALOG({{ group.catalog }})
{% endfilter %}

{% endfor %}
{% for one in nonvsam %}
{% filter control %}
DEFINE NONVSAM(NAME({{ one.name }}) DEVICETYPES({{ device_type }})
VOLUMES({{ one.volsers | listed }}) RECATALOG) CATALOG({{ one.catalog }})
{% endfilter %}

{% endfor %}
{% for cluster in clusters %}
{% filter control %}
DEFINE CLUSTER(NAME({{ cluster.name }}) VOLUMES({{ cluster.volsers | listed }})
RECATALOG {{ cluster.organization | keyword }})
DATA(NAME({{ cluster.data }}) VOLUMES({{ cluster.volsers | listed }}))
{% if cluster.index %}
INDEX(NAME({{ cluster.index }}) VOLUMES({{ cluster.volsers | listed }}))
{% endif %}
CATALOG({{ cluster.catalog }})
{% endfilter %}

{% endfor %}
/*
{% for catalog in catalogs %}
//DIAG{{ loop.index }}    EXEC PGM=IDCAMS
{% include "_diagnose.jcl" %}
{% endfor %}
