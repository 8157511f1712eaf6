{# Values: job, library (data set name), deck (from imsclone.library.deck). #}
{% include "_job.jcl" %}
//* REPLACE THE EDITED MEMBERS OF THE CLONE'S LIBRARY.
//*
//UPDATE   EXEC PGM=IEBUPDTE,PARM=MOD
//SYSPRINT DD SYSOUT=*
//SYSUT1   DD DISP=SHR,DSN={{ library }}
//SYSUT2   DD DISP=SHR,DSN={{ library }}
//SYSIN    DD DATA,DLM={{ deck.delimiter }}
{{ deck.cards | data }}
{{ deck.delimiter }}
