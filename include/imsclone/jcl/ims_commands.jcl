{# Values: job, steplib, imsplex, imsid (whom the commands are for), wait (seconds), commands (card texts). #}
{% include "_job.jcl" %}
//* COMMANDS TO IMS THROUGH ITS OPERATIONS MANAGER.
//*
{% filter statement %}
//SPOC EXEC PGM=CSLUSPOC,
PARM=('IMSPLEX={{ imsplex }}','ROUTE={{ imsid }}','WAIT={{ wait }}','F=WRAP')
{% endfilter %}

{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for command in commands %}
 {{ command }}
{% endfor %}
/*
