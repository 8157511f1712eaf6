{# Values: job, pairs (source, target), copy_mode. #}
{% include "_job.jcl" %}
//* 1 EACH SOURCE VOLUME IS FROZEN AS IT IS COPIED, SO THAT ALL COPIES
//*   SHOW ONE POINT IN TIME. WRITES TO THEM WAIT UNTIL STEP 2.
//*
//COPY     EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% set freeze = true %}
{% include "_copies.jcl" %}
/*
//* 2 WRITES GO ON, WHATEVER HAPPENED ABOVE. FCCGVERIFY TELLS WHETHER
//*   THE GROUP WAS FROZEN UNTIL NOW; IF NOT, THE COPY IS WORTHLESS.
//*
//THAW     EXEC PGM=ADRDSSU,COND=EVEN
{% set verify = true %}
{% include "_thaw.jcl" %}
