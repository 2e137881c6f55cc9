-- Of many scenes of a bucket those that are not as they were known: { 'news', id, scene or '', id, ... }
--   KEYS[1] the mark of the process, in the bucket
--   ARGV[3] the known, JSON: { id: version }
local news = { 'news' }
for id, version in pairs(cjson.decode(ARGV[3])) do
  local scene, text = find(id)
  if not scene or scene.version ~= version then
    table.insert(news, id)
    table.insert(news, text or '')
  end
end
return news
