{# Compare a catalog with the VVDSs of volumes, and each of these with it. Values: catalog (target), volsers. #}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% filter control %}
DIAGNOSE ICFCATALOG INDATASET({{ catalog.target }})
COMPAREDS(
{%- for volser in volsers %}SYS1.VVDS.V{{ volser }}{% if not loop.last %},{% endif %}{% endfor %})
{% endfilter %}

{% for volser in volsers %}
{% filter control %}
DIAGNOSE VVDS INDATASET(SYS1.VVDS.V{{ volser }})
COMPAREDS({{ catalog.target }})
{% endfilter %}

{% endfor %}
/*
