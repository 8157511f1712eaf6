{# Values: job, steplib, imsplex, route (IMS ids), wait (seconds), command (laid out for the batch SPOC utility). #}
{% include "_job.jcl" %}
//* ONE COMMAND TO IMS THROUGH ITS OPERATIONS MANAGER.
//*
{% filter statement %}
//SPOC EXEC PGM=CSLUSPOC,PARM='IMSPLEX={{ imsplex }},ROUTE=({{ route | listed }}),WAIT={{ wait }},F=WRAP'
{% endfilter %}

{% include "_spoc.jcl" %}
