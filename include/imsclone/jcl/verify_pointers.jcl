{# Values: job, steplib, recon (2 or 3 data set names), acblib (data set names), checked (databases). #}
{% include "_job.jcl" %}
//* EVERY POINTER IS FOLLOWED, OF DATABASES THAT ARE STOPPED. READS
//* ONLY.
//* PTRCHECK IS A PROGRAM OF THE EMBEDDED Z/OS; A SITE HAS ITS OWN
//* POINTER CHECKER HERE, WHOSE REPORT MUST END WITH A LINE LIKE
//* PCK099I N DATABASES CHECKED, N POINTER ERRORS
//*
//CHECK    EXEC PGM=PTRCHECK
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
{% for dsname in recon %}
//RECON{{ loop.index }}   DD DISP=SHR,DSN={{ dsname }}
{% endfor %}
//SYSIN    DD *
{% for name in checked %}
 CHECK DBD({{ name }})
{% endfor %}
/*
