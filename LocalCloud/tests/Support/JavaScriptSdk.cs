using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Pos.AppHost.Embedded;
using Xunit;

namespace LocalCloud.Tests.Support;

/// <summary>
/// Scripts of this folder, run by Node with AWS's JavaScript SDK v3: a client that shares no code and no opinion with
/// ours.
/// </summary>
internal static class JavaScriptSdk
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly NpmFolder s_folder = new(
        Path.Combine(Repository.Folder, "LocalCloud", "tests", "JavaScript")
    );

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its file name, such as <c>streams.mjs</c>.</param>
    /// <param name="url">LocalCloud's; the script has it, a region and keys in its environment, as any AWS client
    /// would.</param>
    /// <param name="arguments">The script's.</param>
    /// <returns>What it printed: one JSON value.</returns>
    /// <exception cref="InvalidOperationException">The script failed; the message has what it said.</exception>
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
        using var timeout = new CancellationTokenSource(s_patience);
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
