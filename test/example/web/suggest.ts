// Suggests a reply to the people at the help desk while they type, streamed into the page.
import OpenAI from 'openai';

const client = new OpenAI();

export async function POST(request: Request): Promise<Response> {
  const { ticket, draft } = await request.json();
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: [
      { role: 'system', content: 'Finish the reply. Keep the tone of the draft.' },
      { role: 'user', content: `Ticket:\n${ticket}\n\nDraft:\n${draft}` },
    ],
  });
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      for await (const chunk of stream) controller.enqueue(encoder.encode(chunk.choices[0]?.delta?.content ?? ''));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
