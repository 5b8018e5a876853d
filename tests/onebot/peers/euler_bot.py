"""An implementation of OneBot v11 that was not written here (euler-onebot), with a scripted QQ behind it.

It listens at PORT. What the program calls is printed, one JSON line a call; the events that the script tells are built
by the peer's own types. Calls that the peer does not know it never answers.
"""

import asyncio
import json
import os
import time

from euleronebot.hyperogger import Logger

Logger.create("euler", "CRITICAL")

from euleronebot.config import ForwardWebsocketConfig  # noqa: E402
from euleronebot.onebot import Adapter, api, events, segments  # noqa: E402
from euleronebot.onebot.models import BotStatus  # noqa: E402

ME, LIN, GROUP = 10001, 5000000101, 700000001
PRIVATE = events.PrivateSender(user_id=LIN, nickname="Lin", sex="unknown", age=0)
MEMBER = events.GroupSender(
    user_id=LIN, nickname="Lin", sex="unknown", age=0, card="[CQ:at,qq=all]", area="", level="1", role="member", title=""
)


def text(words):
    return segments.Text(data=segments.TextData(text=words))


def noise(now):
    """Everything that the peer can tell of, before what matters."""
    common = {"time": now, "self_id": ME}
    here = {**common, "group_id": GROUP}
    file = events.FileInfo(id="/1", name="a.txt", size=3, busid=102)
    return [
        events.LifecycleEvent(**common, sub_type="connect"),
        events.HeartbeatEvent(**common, status=BotStatus(online=True, good=True), interval=15000),
        events.GroupFileUploadEvent(**here, user_id=LIN, file=file),
        events.GroupAdminEvent(**here, user_id=LIN, sub_type="set"),
        events.GroupMuteEvent(**here, user_id=LIN, operator_id=0, sub_type="ban", duration=60),
        events.GroupIncreaseEvent(**here, user_id=LIN, operator_id=0, sub_type="approve"),
        events.GroupRecallEvent(**here, user_id=LIN, operator_id=LIN, message_id=3),
        events.GroupPokeEvent(**here, user_id=LIN, target_id=ME),
        events.ReactionEvent(**common, message_id=3, operator_id=LIN, sub_type="add", code=4, count=1),
        events.FriendAddEvent(**common, user_id=LIN),
        events.FriendRequestEvent(**common, user_id=LIN, comment="hi", flag="f1"),
        events.GroupRequestEvent(**here, user_id=LIN, comment="me", flag="f2", sub_type="add"),
        events.GroupMessageEvent(
            **here, message_id=10, user_id=LIN, message=[text("hello all")], raw_message="hello all", sender=MEMBER
        ),
    ]


def private(now, number, pieces):
    return events.PrivateMessageEvent(
        time=now, self_id=ME, message_id=number, user_id=LIN, message=pieces, raw_message="", sender=PRIVATE
    )


class Script:
    def __init__(self, adapter):
        self.adapter, self.sent = adapter, 0

    async def say(self, *told):
        for event in told:
            await self.adapter.trigger(event)

    async def answer(self, call):
        ok = {"status": "ok", "retcode": 0, "echo": call.echo}
        now = int(time.time())
        match call.action:
            case "get_login_info":
                data = api.GetLoginInfoRsp(user_id=ME, nickname="Hall")
                await self.adapter.report(api.GetLoginInfoResponse(**ok, data=data))
                await self.say(*noise(now), private(now, 11, [text("/nonsense &amp; [CQ:face,id=1]")]))
            case "get_group_list":
                one = api.GetGroupInfoRsp(group_id=GROUP, group_name="Sellers", member_count=2, max_member_count=500)
                await self.adapter.report(api.GetGroupListResponse(**ok, data=api.GetGroupListRsp([one])))
            case "get_friend_list":
                one = api.FriendElem(user_id=LIN, nickname="Lin", remark="")
                await self.adapter.report(api.GetFriendListResponse(**ok, data=api.GetFriendListRsp([one])))
            case "get_group_member_info":
                data = api.GetGroupMemberInfoRsp(
                    group_id=GROUP, user_id=call.params.user_id, nickname="Lin", card="", sex="unknown", age=0, area="",
                    join_time=0, last_sent_time=0, level="1", role="admin", title="",
                )
                await self.adapter.report(api.GetGroupMemberInfoResponse(**ok, data=data))
            case "send_private_msg":
                self.sent += 1
                data = api.SendMsgRsp(message_id=100 + self.sent)
                await self.adapter.report(api.SendPrivateMessageResponse(**ok, data=data))
                if self.sent == 1:
                    reply = segments.Reply(data=segments.ReplyData(id="101"))
                    await self.say(private(now, 12, [reply, text("/gibberish")]))


async def main():
    port = int(os.environ["PORT"])
    adapter = Adapter([ForwardWebsocketConfig(url=f"ws://127.0.0.1:{port}")])
    await adapter.setup()
    running = asyncio.create_task(adapter.cycle())
    script = Script(adapter)
    while not running.done():
        call = await adapter.api_calls.get()
        print(json.dumps({"action": call.action, "params": call.params.model_dump()}), flush=True)
        await script.answer(call)


asyncio.run(main())
