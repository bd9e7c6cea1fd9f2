#!/usr/bin/env python3
"""A scripted model for run.sh: speaks Anthropic /v1/messages (SSE) and OpenAI /v1/responses and /v1/chat/completions.
Usage: model.py PORT SCRIPT.json LOG; SCRIPT = list of steps: {"tool":"name","input":{...}} or {"text":"..."}"""
import sys,json,http.server,threading
port,script,logp=int(sys.argv[1]),json.load(open(sys.argv[2])),sys.argv[3]
log=open(logp,'a',buffering=1)
def nresults_anthropic(b):
    n=0
    for m in b.get('messages',[]):
        c=m.get('content')
        if isinstance(c,list): n+=sum(1 for x in c if x.get('type')=='tool_result')
    return n
def nresults_responses(b):
    i=b.get('input',[]); return sum(1 for x in i if isinstance(x,dict) and x.get('type') in('function_call_output','custom_tool_call_output','mcp_tool_call_output'))
def nresults_chat(b): return sum(1 for m in b.get('messages',[]) if m.get('role')=='tool')
class H(http.server.BaseHTTPRequestHandler):
    protocol_version='HTTP/1.1'
    def log_message(self,*a): pass
    def sse(self,evs,named=True):
        self.send_response(200); self.send_header('content-type','text/event-stream'); self.send_header('connection','close'); self.end_headers()
        for t,d in evs:
            if named: self.wfile.write(f'event: {t}\n'.encode())
            self.wfile.write(('data: '+(d if isinstance(d,str) else json.dumps(d))+'\n\n').encode())
        self.wfile.flush(); self.close_connection=True
    def js(self,o,code=200):
        d=json.dumps(o).encode(); self.send_response(code); self.send_header('content-type','application/json'); self.send_header('content-length',str(len(d))); self.end_headers(); self.wfile.write(d)
    def do_HEAD(self): self.js({})
    def do_GET(self): log.write('GET '+self.path+'\n'); self.js({'data':[],'models':[]})
    def do_POST(self):
        raw=self.rfile.read(int(self.headers.get('content-length') or 0))
        try: b=json.loads(raw)
        except Exception: b={}
        log.write(json.dumps({'path':self.path,'body':b})+'\n')
        p=self.path.split('?')[0]
        if p.endswith('/count_tokens'): return self.js({'input_tokens':1})
        if p.endswith('/messages'):
            tools=[t.get('name') for t in b.get('tools',[])]
            n=nresults_anthropic(b); st=script[min(n,len(script)-1)]
            if 'tool' in st and st['tool'] not in tools and not st.get('force'): st={'text':'no tool '+st['tool']+' in '+','.join(map(str,tools))}
            mid='msg_%d'%n
            evs=[('message_start',{'type':'message_start','message':{'id':mid,'type':'message','role':'assistant','model':b.get('model','m'),'content':[],'stop_reason':None,'stop_sequence':None,'usage':{'input_tokens':1,'output_tokens':1}}})]
            if 'tool' in st:
                evs+=[('content_block_start',{'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':'toolu_%d'%n,'name':st['tool'],'input':{}}}),
                      ('content_block_delta',{'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta','partial_json':json.dumps(st['input'])}})]; sr='tool_use'
            else:
                evs+=[('content_block_start',{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}),
                      ('content_block_delta',{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':st['text']}})]; sr='end_turn'
            evs+=[('content_block_stop',{'type':'content_block_stop','index':0}),('message_delta',{'type':'message_delta','delta':{'stop_reason':sr,'stop_sequence':None},'usage':{'output_tokens':2}}),('message_stop',{'type':'message_stop'})]
            if b.get('stream'): return self.sse(evs)
            c=[{'type':'tool_use','id':'toolu_%d'%n,'name':st['tool'],'input':st['input']}] if 'tool' in st else [{'type':'text','text':st['text']}]
            return self.js({'id':mid,'type':'message','role':'assistant','model':b.get('model','m'),'content':c,'stop_reason':sr,'stop_sequence':None,'usage':{'input_tokens':1,'output_tokens':1}})
        if p.endswith('/responses'):
            n=nresults_responses(b); st=script[min(n,len(script)-1)]; rid='resp_%d'%n
            if 'tool' in st:
                it={'type':'function_call','id':'fc_%d'%n,'call_id':'call_%d'%n,'name':st['tool'],'arguments':json.dumps(st['input']),'status':'completed'}
                if st.get('namespace'): it['namespace']=st['namespace']
            else: it={'type':'message','id':'m_%d'%n,'role':'assistant','status':'completed','content':[{'type':'output_text','text':st['text'],'annotations':[]}]}
            r={'id':rid,'object':'response','status':'completed','model':b.get('model'),'output':[it],'usage':{'input_tokens':1,'output_tokens':1,'total_tokens':2,'input_tokens_details':{'cached_tokens':0},'output_tokens_details':{'reasoning_tokens':0}}}
            return self.sse([('response.created',{'type':'response.created','response':{'id':rid}}),('response.output_item.done',{'type':'response.output_item.done','output_index':0,'item':it}),('response.completed',{'type':'response.completed','response':r})])
        if p.endswith('/chat/completions'):
            n=nresults_chat(b); st=script[min(n,len(script)-1)]
            has=[t['function']['name'] for t in b.get('tools',[])]
            if 'tool' in st and st['tool'] not in has: st={'text':'title'}
            if 'tool' in st: d={'role':'assistant','tool_calls':[{'index':0,'id':'call_%d'%n,'type':'function','function':{'name':st['tool'],'arguments':json.dumps(st['input'])}}]}; fr='tool_calls'
            else: d={'role':'assistant','content':st['text']}; fr='stop'
            base={'id':'c','object':'chat.completion.chunk','created':0,'model':b.get('model')}
            return self.sse([('',dict(base,choices=[{'index':0,'delta':d,'finish_reason':None}])),('',dict(base,choices=[{'index':0,'delta':{},'finish_reason':fr}],usage={'prompt_tokens':1,'completion_tokens':1,'total_tokens':2})),('','[DONE]')],named=False)
        self.js({})
http.server.ThreadingHTTPServer(('127.0.0.1',port),H).serve_forever()
