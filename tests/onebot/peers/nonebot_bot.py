"""A small NoneBot2 bot: software not written here that speaks OneBot v11 to the simulator.

It dials the simulator at ONEBOT_URL, or is dialled at PORT.
"""

import os

import nonebot
from nonebot.adapters.onebot.v11 import (
    Adapter,
    Bot,
    GroupIncreaseNoticeEvent,
    GroupMessageEvent,
    GroupRequestEvent,
    MessageEvent,
    MessageSegment,
)

url = os.environ.get("ONEBOT_URL")
nonebot.init(
    driver="~websockets" if url else "~fastapi",
    host="127.0.0.1",
    # NoneBot takes no 0 here, also where it does not listen at all.
    port=int(os.environ.get("PORT", "8080")),
    log_level=os.environ.get("LOG_LEVEL", "WARNING"),
    onebot_access_token=os.environ["ONEBOT_TOKEN"],
    onebot_ws_urls=[url] if url else [],
)
nonebot.get_driver().register_adapter(Adapter)


@nonebot.on_message().handle()
async def answer(bot: Bot, event: MessageEvent):
    words = event.get_plaintext().strip()
    if words.startswith("echo "):
        await bot.send(event, MessageSegment.reply(event.message_id) + words.removeprefix("echo "))
    elif words == "call me" and isinstance(event, GroupMessageEvent):
        me = await bot.get_group_member_info(group_id=event.group_id, user_id=event.user_id)
        await bot.send(event, MessageSegment.at(event.user_id) + f" {me['nickname']} is {me['role']}")
    elif words == "quiet" and isinstance(event, GroupMessageEvent):
        await bot.set_group_ban(group_id=event.group_id, user_id=event.user_id, duration=60)
        await bot.delete_msg(message_id=event.message_id)
    elif words == "what" and event.reply:
        await bot.send(event, f"you quote {event.reply.message.extract_plain_text()}")


@nonebot.on_notice().handle()
async def welcome(bot: Bot, event: GroupIncreaseNoticeEvent):
    if event.user_id != event.self_id:
        await bot.send(event, f"welcome {event.user_id}")


@nonebot.on_request().handle()
async def let_in(bot: Bot, event: GroupRequestEvent):
    await event.approve(bot)


nonebot.run()
