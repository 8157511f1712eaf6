{# Commands to the clone about its databases. Values: imsplex, imsid, databases, steplib. #}
{% filter statement %}
//STOP EXEC PGM=CSLUSPOC,
PARM=('IMSPLEX={{ imsplex }}','ROUTE={{ imsid }}','WAIT=60','F=WRAP')
{% endfilter %}

{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for name in databases %}
 UPDATE DB NAME({{ name }}) STOP(ACCESS)
{% endfor %}
/*
