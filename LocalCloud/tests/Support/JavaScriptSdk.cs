using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Pos.AppHost.Embedded;
using Xunit;

namespace LocalCloud.Tests.Support;

/// <summary>
/// Runs the scripts in <c>LocalCloud/tests/JavaScript</c> with Node and AWS's JavaScript SDK v3, which shares no code
/// with ours.
/// </summary>
internal static class JavaScriptSdk
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);
    private static readonly NpmFolder s_folder = new(
        Path.Combine(Repository.Folder, "LocalCloud", "tests", "JavaScript")
    );

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The file name, such as <c>objects.mjs</c>.</param>
    /// <param name="url">The URL of LocalCloud. The script gets it in environment variables, with a region and
    /// keys.</param>
    /// <param name="arguments">The arguments of the script.</param>
    /// <returns>The JSON value that the script printed.</returns>
    /// <exception cref="InvalidOperationException">The script failed; the message has its output.</exception>
    public static async Task<JsonNode> RunAsync(string script, string url, params string[] arguments)
    {
        await InstalledOrSkippedAsync();
        var start = new ProcessStartInfo("node", [Path.Combine(s_folder.Path, script), .. arguments])
        {
            WorkingDirectory = s_folder.Path,
        };
        start.Environment["AWS_ENDPOINT_URL"] = url;
        start.Environment["AWS_REGION"] = "us-east-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "test";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        using var timeout = new CancellationTokenSource(s_timeout);
        return JsonNode.Parse(await Tool.RunAsync(start, timeout.Token))
            ?? throw new InvalidOperationException($"{script} printed null.");
    }

    private static async Task InstalledOrSkippedAsync()
    {
        try
        {
            await s_folder.EnsureCurrentAsync();
        }
        catch (Win32Exception missing) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip($"Node 20 and npm are needed for AWS's JavaScript SDK: {missing.Message}");
        }
    }
}
