{# Values: job, steplib, recon (2 or 3 data set names), dbdlib, commands. #}
{% include "_job.jcl" %}
//* BRING THE COPIED RECON TO THE CLONE'S NAMES BY DBRC COMMANDS, THEN
//* LIST IT FOR THE COMPARISON. THE SOURCE'S RECON IS NOT ALLOCATED.
//*
//UPDATE   EXEC PGM=DSPURX00
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
{% for command in commands %}
{{ command.card }}
{% endfor %}
/*
//LIST     EXEC PGM=DSPURX00,COND=EVEN
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
 LIST.RECON
/*
