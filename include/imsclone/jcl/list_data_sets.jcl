{# Values: job, names (of data sets and clusters). #}
{% include "_job.jcl" %}
//* WHERE DATA SETS ARE BY THE CATALOG. ONE THAT IS NOT THERE GIVES
//* CONDITION CODE 4. READS ONLY.
//*
//LISTCAT  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for name in names %}
 LISTCAT ENTRIES({{ name }}) ALL
{% endfor %}
/*
