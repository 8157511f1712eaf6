{# Values: job, steplib, recon (2 or 3 data set names), dbdlib. #}
{% include "_job.jcl" %}
//* LIST ALL OF A RECON. READS ONLY.
//*
//LIST     EXEC PGM=DSPURX00
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
 LIST.RECON
/*
