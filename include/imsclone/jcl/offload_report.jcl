{# Values: job, steplib (the clone's RESLIB and program libraries), program, psb, imsid (or
   none: the id in the clone's batch nucleus counts). #}
{% include "_job.jcl" %}
//* READ THE CLONE'S DATABASES IN A BMP: A REPORT THAT ONLY READS.
//*
{% filter statement %}
//READ EXEC PGM=DFSRRC00,
PARM='BMP,{{ program }},{{ psb }}{% if imsid %},,,,,,,,,,,{{ imsid }}{% endif %}'
{% endfilter %}

{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
