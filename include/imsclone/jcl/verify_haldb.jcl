{# Values: job, data_sets (dsname and how many records come before the one to print). #}
{% include "_job.jcl" %}
//* PRINT THE BLOCK OF EACH HALDB DATA SET THAT HOLDS PARTITION ID AND
//* REORGANIZATION NUMBER. READS ONLY.
//*
//HALDB    EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for dsname, skipped in data_sets %}
{% filter control %}
PRINT INDATASET({{ dsname }}) SKIP({{ skipped }}) COUNT(1) HEX
{% endfilter %}

{% endfor %}
/*
