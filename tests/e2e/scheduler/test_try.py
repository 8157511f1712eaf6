import time, json
def test_a(plant):
    for i in range(2):
        t=time.time()
        seen=[]
        F=plant.kinds["Fault"]
        def look(call): seen.append((round(time.time()-t,2), call.replied, call.method, call.path[:60])); return False
        plant.proxy.clear(); plant.proxy.inject(F("x",look,None), F("y",look,None,after=True))
        run = plant.airflow.trigger()
        st = plant.airflow.ended(run)
        for s in seen[:60]: print(s)
        print(len(seen)/2)
        from datetime import datetime
        ts=sorted(plant.airflow.tasks(run), key=lambda x:x["start_date"])
        t0=datetime.fromisoformat(ts[0]["start_date"])
        for x in ts: print(x["task_id"],x["map_index"],(datetime.fromisoformat(x["start_date"])-t0).total_seconds(), x["duration"])
        print(time.time()-t)
    print(plant.airflow.message(run,"plan"))
