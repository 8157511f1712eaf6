{# The job statement and who the job is for. Values: job (JobHeader). #}
{% filter statement %}//{{ job.name }} JOB {{ job.operands }}{% endfilter %}

{% for line in job.statements %}
{{ line }}
{% endfor %}
//*-------------------------------------------------------------------*
//* IMSCLONE {{ job.step }}
//* FOR {{ job.environment }}
//* CORRELATOR {{ job.correlator }}
//*-------------------------------------------------------------------*
