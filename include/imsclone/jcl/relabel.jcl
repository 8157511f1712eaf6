{# Values: job, pairs (source, target, target_unit). #}
{% include "_job.jcl" %}
//* WRITE THE TARGET'S SERIAL INTO THE LABEL OF EACH COPY. A COPY HAS
//* ITS SOURCE'S SERIAL; VERIFY REFUSES ANY OTHER VOLUME.
//*
//RELABEL  EXEC PGM=ICKDSF
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for pair in pairs %}
{% filter control %}
REFORMAT UNIT({{ pair.target_unit }}) VERIFY({{ pair.source }})
VOLID({{ pair.target }}) NOCHECK PURGE
{% endfilter %}

{% endfor %}
/*
