using System.Text.Json;

namespace Aspire.Hosting;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchProfile(
    string Name,
    string? CommandName,
    string? ApplicationUrl,
    string? CommandLineArgs,
    IReadOnlyDictionary<string, string> EnvironmentVariables
)
{
    private static readonly JsonDocumentOptions s_json = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    public static IReadOnlyList<LaunchProfile> Read(string projectDirectory)
    {
        var path = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
            return [];

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), s_json);
            return document.RootElement.TryGetProperty("profiles", out var profiles)
                ? [.. profiles.EnumerateObject().Select(p => Parse(p.Name, p.Value))]
                : [];
        }
        catch (JsonException malformed)
        {
            throw new DistributedApplicationException($"'{path}' is not well-formed: {malformed.Message}", malformed);
        }
    }

    /// <summary>
    /// The profile to start a project with: the one asked for, else the AppHost's if the project has it, else the
    /// first.
    /// </summary>
    /// <param name="profiles">The project's profiles.</param>
    /// <param name="asked">The name that was asked for in code, which must exist.</param>
    /// <param name="appHostDefault">The name that the AppHost itself was started with.</param>
    public static LaunchProfile? Choose(IReadOnlyList<LaunchProfile> profiles, string? asked, string? appHostDefault)
    {
        var startable = profiles
            .Where(p => string.Equals(p.CommandName, "Project", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (asked is not null)
        {
            return startable.FirstOrDefault(p => p.Name == asked)
                ?? throw new DistributedApplicationException(
                    $"Launch profile '{asked}' is not in launchSettings.json."
                );
        }

        return startable.FirstOrDefault(p => p.Name == appHostDefault) ?? startable.FirstOrDefault();
    }

    private static LaunchProfile Parse(string name, JsonElement profile) =>
        new(
            name,
            Text(profile, "commandName"),
            Text(profile, "applicationUrl"),
            Text(profile, "commandLineArgs"),
            profile.TryGetProperty("environmentVariables", out var variables)
                ? variables.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString() ?? "")
                : []
        );

    private static string? Text(JsonElement profile, string property) =>
        profile.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
