{# Values: job, steplib (the clone's RESLIB and program libraries), program, psb, readers (step
   and IMS id, one for each member of the clone; no id: the one in its batch nucleus counts). #}
{% include "_job.jcl" %}
//* READ THE CLONE'S DATABASES IN A BMP: A REPORT THAT ONLY READS.
//*
{% for step, imsid in readers %}
{% filter statement %}
//{{ step }} EXEC PGM=DFSRRC00,
PARM='BMP,{{ program }},{{ psb }}{% if imsid %},,,,,,,,,,,{{ imsid }}{% endif %}'
{% endfilter %}

{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
{% endfor %}
