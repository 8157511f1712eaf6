{# Values: job, member_copies (source, target, members), module_copies (source, target, members, zaps), steplib, imsplex,
   route, wait, command (laid out for the batch SPOC utility). #}
{% include "_job.jcl" %}
//* DEFINE DATABASES ON THE TARGET AS THEY ARE ON THE SOURCE. RUN
//* AGAIN, IT LEAVES WHAT IS THERE: NO MEMBER IS REPLACED. THE SOURCE'S
//* LIBRARIES ARE READ ONLY.
//*
{% for copy in member_copies %}
//* 1 MEMBERS AS THEY ARE: CONTROL BLOCKS, DBDS, DBD SOURCE.
//*
//C{{ loop.index }}       EXEC PGM=IEBCOPY,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//IN       DD DISP=SHR,DSN={{ copy.source }}
//OUT      DD DISP=SHR,DSN={{ copy.target }}
//SYSIN    DD *
 COPY OUTDD=OUT,INDD=IN
{% for member in copy.members %}
 SELECT MEMBER={{ member }}
{% endfor %}
/*
{% endfor %}
{% for module in module_copies %}
//* 2 DYNAMIC ALLOCATION MEMBERS GET THE TARGET'S DATA SET NAMES BEFORE
//*   THEY COME INTO A LIBRARY OF THE TARGET.
//*
//M{{ loop.index }}       EXEC PGM=IEBCOPY,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//IN       DD DISP=SHR,DSN={{ module.source }}
//OUT      DD DISP=(NEW,PASS),DSN=&&MDA{{ loop.index }},UNIT=SYSALLDA,
//            SPACE=(TRK,(15,15,20)),DCB=(RECFM=U,BLKSIZE=32760)
//SYSIN    DD *
 COPY OUTDD=OUT,INDD=IN
{% for member in module.members %}
 SELECT MEMBER={{ member }}
{% endfor %}
/*
//Z{{ loop.index }}       EXEC PGM=AMASPZAP,PARM=IGNIDRFULL,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//SYSLIB   DD DISP=(OLD,PASS),DSN=&&MDA{{ loop.index }}
//SYSIN    DD *
{% for zap in module.zaps %}
{{ zap.cards | data }}
{% endfor %}
/*
//P{{ loop.index }}       EXEC PGM=IEBCOPY,COND=(4,LT)
//SYSPRINT DD SYSOUT=*
//IN       DD DISP=(OLD,DELETE),DSN=&&MDA{{ loop.index }}
//OUT      DD DISP=SHR,DSN={{ module.target }}
//SYSIN    DD *
 COPY OUTDD=OUT,INDD=IN
{% for member in module.members %}
 SELECT MEMBER={{ member }}
{% endfor %}
/*
{% endfor %}
//* 3 THE RUNNING IMS LEARNS OF THEM; THEY ARE STOPPED UNTIL THEIR DATA
//*   IS THERE. THE LAST ANSWER SAYS WHAT EACH MEMBER KNOWS.
//*
{% filter statement %}
//SPOC EXEC PGM=CSLUSPOC,COND=(4,LT),PARM='IMSPLEX={{ imsplex }},ROUTE=({{ route | listed }}),WAIT={{ wait }},F=WRAP'
{% endfilter %}

{% include "_spoc.jcl" %}
