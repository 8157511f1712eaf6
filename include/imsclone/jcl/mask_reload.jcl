{# Values: job, steplib, acblib, database, unload (data set name), builds (operands of PROC),
   recon (2 or 3 data set names), dbdlib (data set names), commands (of DBRC). #}
{% include "_job.jcl" %}
//* 1 THE MASKED SEGMENTS TAKE THE PLACE OF THOSE THAT WERE COPIED. A
//*   SITE WHOSE CLUSTERS ARE NOT REUSABLE DEFINES THEM ANEW BEFORE.
//*
//RELOAD   EXEC PGM=DFSURGL0,PARM='ULU,DFSURGL0,{{ database }}'
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
//DFSUINPT DD DISP=SHR,
//            DSN={{ unload }}
{% if builds %}
//* 2 THE INDEXES ARE BUILT ANEW FROM THEM.
//*
//INDEX    EXEC PGM=IIUSTART,COND=(0,NE,RELOAD)
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
//IIUIN    DD *
{% for build in builds %}
 PROC {{ build }}
{% endfor %}
 INPUT IBSCAN
/*
{% endif %}
{% if commands %}
//* 3 DBRC NOTES THAT A REORGANIZED DATABASE NEEDS AN IMAGE COPY BEFORE
//*   IT IS UPDATED. THE ENVIRONMENT ONLY RECOMMENDS ONE.
//*
//DBRC     EXEC PGM=DSPURX00,COND=(0,NE)
{% include "_steplib.jcl" %}
{% include "_recon.jcl" %}
//SYSIN    DD *
{% for command in commands %}
{{ command.card }}
{% endfor %}
/*
{% endif %}
