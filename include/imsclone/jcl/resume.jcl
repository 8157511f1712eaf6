{# Values: job, consistency (suspend or freeze), imsids, pairs, steplib. #}
{% include "_job.jcl" %}
//* MAKE SURE OF THE SOURCE'S RELEASE. MAY BE RUN AT ANY TIME, ANY
//* NUMBER OF TIMES: WHAT IS NOT HELD IS LEFT ALONE.
//*
{% if consistency == "freeze" %}
//THAW     EXEC PGM=ADRDSSU
{% set verify = false %}
{% include "_thaw.jcl" %}
{% else %}
//RESUME   EXEC PGM=IMSSUSPD
{% include "_steplib.jcl" %}
{% include "_resume.jcl" %}
{% endif %}
