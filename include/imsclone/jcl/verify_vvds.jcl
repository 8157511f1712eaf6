{# Values: job, volsers (of the clone's volumes that have a VVDS), catalogs (target). #}
{% include "_job.jcl" %}
//* COMPARE THE VVDS OF EACH VOLUME WITH ITSELF AND WITH THE CATALOGS
//* IT NAMES.
//*
//VVDS     EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for volser in volsers %}
{% filter control %}
DIAGNOSE VVDS INDATASET(SYS1.VVDS.V{{ volser }})
COMPAREDS(
{%- for catalog in catalogs %}{{ catalog.target }}{% if not loop.last %},{% endif %}{% endfor %})
{% endfilter %}

{% endfor %}
/*
