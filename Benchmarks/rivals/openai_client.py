"""Drives `frontdesk models` with the openai client as it is; prints what came back.

    pip install openai
    MODELS_KEY=sk-local frontdesk models --port 8081 &
    python3 openai_client.py http://127.0.0.1:8081/v1 sk-local
"""

import sys, openai
client = openai.OpenAI(base_url=sys.argv[1], api_key=sys.argv[2])
print("models", [m.id for m in client.models.list().data])
one = client.embeddings.create(model="all-MiniLM-L6-v2", input="Where can I park?")
print("default", len(one.data[0].embedding), one.usage)
many = client.embeddings.create(model="all-MiniLM-L6-v2", input=["a", "b\0c", "日本語"], encoding_format="float")
print("float", [len(d.embedding) for d in many.data], [d.index for d in many.data])
tokens = client.embeddings.create(model="all-MiniLM-L6-v2", input=[[1037, 2980, 10257], [2003]])
print("tokens", len(tokens.data), tokens.usage.total_tokens)
text = client.embeddings.create(model="all-MiniLM-L6-v2", input="a hot towel")
print("same as text", max(abs(x - y) for x, y in zip(tokens.data[0].embedding, text.data[0].embedding)))
for arguments in [dict(input=""), dict(input=["a"] * 2049), dict(input="a", dimensions=64), dict(input="a", model="gpt-4")]:
    try:
        client.embeddings.create(**{"model": "all-MiniLM-L6-v2", **arguments})
    except openai.APIStatusError as error:
        print(type(error).__name__, error.status_code, error.body["code"], error.body["param"])
try:
    openai.OpenAI(base_url=sys.argv[1], api_key="wrong").models.list()
except openai.AuthenticationError as error:
    print("AuthenticationError", error.body["code"])
