{# Empty user catalogs and the aliases that lead to them. Values: catalogs (target, target_volser, target_aliases). #}
//DEFINE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for catalog in catalogs %}
{% filter control %}
DEFINE USERCATALOG(NAME({{ catalog.target }}) ICFCATALOG
VOLUMES({{ catalog.target_volser }}) CYLINDERS(5 5))
{% endfilter %}

{% for alias in catalog.target_aliases %}
{% filter control %}
DEFINE ALIAS(NAME({{ alias }}) RELATE({{ catalog.target }}))
{% endfilter %}

{% endfor %}
{% endfor %}
/*
