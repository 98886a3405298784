-- Lets anonymous users resume their stream (XEP-0198). SASL ANONYMOUS gives every connection a new user name, and
-- mod_smacks looks sessions up by user name and token: without this a visitor whose network changes gets a new address,
-- and the call can no longer be signaled. The token alone proves the right to the session: it is random and secret.
-- For hosts with `authentication = "anonymous"` only.
local jid_split = require "util.jid".split;
local registry = module:shared("/*/smacks/resumption-tokens");

local function owner_of(token)
	for key in pairs(registry) do
		local username, host, resource = jid_split(key);
		if host == module.host and resource == token then return username; end
	end
end

module:hook("stanza/urn:xmpp:sm:3:resume", function (event)
	local session, token = event.origin, event.stanza.attr.previd;
	if session.full_jid or not session.username or not token then return; end
	session.username = owner_of(token) or session.username;
end, 10);
