{# Values: job, steplib, acblib, imsplex, route, databases. #}
{% include "_job.jcl" %}
//* 1 THE CLONE WRITES AND CLOSES ITS DATABASES.
//*
{% include "_stop_databases.jcl" %}
//* 2 EVERY POINTER IS FOLLOWED. PTRCHECK IS A PROGRAM OF THE
//*   EMBEDDED Z/OS; A SITE HAS ITS OWN POINTER CHECKER HERE.
//*
//CHECK    EXEC PGM=PTRCHECK,COND=(0,NE,STOP)
{% include "_steplib.jcl" %}
{% include "_control_blocks.jcl" %}
//SYSIN    DD *
{% for name in databases %}
 CHECK DBD({{ name }})
{% endfor %}
/*
//* 3 THE CLONE GOES ON WITH THEM, WHATEVER HAPPENED ABOVE.
//*
{% include "_start_databases.jcl" %}
