{# Commands to every member of the clone about its databases. Values: imsplex, route (IMS ids), databases, steplib. #}
{% filter statement %}
//STOP EXEC PGM=CSLUSPOC,
PARM=('IMSPLEX={{ imsplex }}','ROUTE=({{ route | listed }})','WAIT=60','F=WRAP')
{% endfilter %}

{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for name in databases %}
 UPDATE DB NAME({{ name }}) STOP(ACCESS)
{% endfor %}
/*
