using System.Text.Json;

namespace Pos.Cli;

/// <summary>Where a running AppHost can be reached: <c>.pos/endpoints.json</c> in this folder or one above.</summary>
internal static class Endpoints
{
    /// <summary>The named part's URL, or null when no AppHost has written one.</summary>
    public static string? Find(string name, string? startFolder = null) => All(startFolder).GetValueOrDefault(name);

    /// <summary>All that the AppHost has written; nothing when none has.</summary>
    public static IReadOnlyDictionary<string, string> All(string? startFolder = null)
    {
        for (
            var folder = new DirectoryInfo(startFolder ?? Environment.CurrentDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            var file = Path.Combine(folder.FullName, ".pos", "endpoints.json");
            if (File.Exists(file))
                return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) ?? [];
        }
        return new Dictionary<string, string>();
    }
}
