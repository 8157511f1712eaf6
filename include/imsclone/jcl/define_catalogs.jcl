{# Values: job, catalogs (target, target_volser, target_aliases). #}
{% include "_job.jcl" %}
//* DEFINE THE CLONE'S CATALOGS, EMPTY, SO THAT COPIES ARE DESCRIBED AS
//* THEIRS.
//*
{% include "_define_catalogs.jcl" %}
