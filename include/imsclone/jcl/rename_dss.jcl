{# Values: job, pairs (of this group: staging, target; never a volume of the source system), masks,
   excluded (for each target, source names that are not copied, or are copied last). #}
{% include "_job.jcl" %}
//* RENAME WITHOUT A PRODUCT: EACH DATA SET IS COPIED PHYSICALLY FROM
//* THE STAGING VOLUME TO THE TARGET'S UNDER ITS NEW NAME. PRODUCTION
//* MAY HOLD THE OLD NAME: TOLERATE. CATALOGED LATER, ALL TOGETHER.
//*
//COPY     EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for pair in pairs %}
{% filter control %}
COPY DATASET(INCLUDE(**) EXCLUDE(SYS1.VVDS.**,SYS1.VTOCIX.**
{%- for name in excluded[pair.target] %},{{ name }}{% endfor %}))
PHYSINDYNAM(({{ pair.staging }}))
OUTDYNAM(({{ pair.target }})) RENAMEU(
{%- for mask in masks %}{{ mask | sides }}{% if not loop.last %},{% endif %}{% endfor %})
REPLACEU ALLDATA(*) ALLEXCP TOL(ENQF)
{% endfilter %}

{% endfor %}
/*
