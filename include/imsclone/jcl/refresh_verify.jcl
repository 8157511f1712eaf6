{# Values: job, steplib, recon (2 or 3 data set names), dbdlib, names (of data sets and clusters). #}
{% include "_job.jcl" %}
//* WHAT CATALOG AND RECON OF THE TARGET SAY AFTER THE REFRESH. READS
//* ONLY.
//*
//LISTCAT  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for name in names %}
 LISTCAT ENTRIES({{ name }}) ALL
{% endfor %}
/*
//LIST     EXEC PGM=DSPURX00,COND=EVEN
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
 LIST.RECON
/*
