using System.Diagnostics;
using System.Text.Json;
using Pos.Tests.EndToEnd;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Reconciliation;

namespace Pos.Tests.Cli;

/// <summary>Runs the built <c>pos</c> as a process with its own working and home folders.</summary>
internal sealed class PosCommand : IDisposable
{
    // The output folder of Pos.Cli: the copy beside the tests lacks files of its framework.
    private static readonly string s_program = Path.Combine(
        Repository.Folder,
        "Pos.Cli",
        Path.GetRelativePath(Path.Combine(Repository.Folder, "Pos.Tests"), AppContext.BaseDirectory),
        "pos.dll"
    );

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>A temporary folder with a space in its name.</summary>
    public string Folder { get; } = TemporaryDataFolder.Create("pos cli ");

    public string FileOf(string name, string text) => FileOf(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string FileOf(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Makes the command use these stores as if an AppHost ran them.</summary>
    public void Uses(ReconciledStores stores, SharedTables tableServer)
    {
        FileOf(
            ".pos/endpoints.json",
            JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["localcloud"] = stores.Delivery.Server.Url,
                    ["AWS_ENDPOINT_URL_S3"] = stores.Delivery.Server.Url,
                    ["AWS_ENDPOINT_URL_FIREHOSE"] = stores.Delivery.Server.Url,
                    ["AWS_ENDPOINT_URL_DYNAMODB"] = tableServer.Url!,
                    ["processor"] = "http://127.0.0.1:1",
                    ["warehouse"] = stores.Delivery.Warehouse.ConnectionString,
                    ["AWS_REGION"] = "us-east-1",
                    ["AWS_ACCESS_KEY_ID"] = "any",
                    ["AWS_SECRET_ACCESS_KEY"] = "any",
                }
            )
        );
        FileOf(
            "appsettings.json",
            $$$$"""{"Pos":{"Resources":{"LookupTable":"{{{{stores.Resources.LookupTable}}}}"}}}"""
        );
    }

    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        using var limit = new CancellationTokenSource(s_limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"pos {string.Join(' ', args)} did not end within {s_limit}.");
        }
    }

    public Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet"
        )
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(s_program);
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        start.Environment["HOME"] = Folder; // An interrupted replay stores its state there.
        start.Environment["XDG_DATA_HOME"] = Path.Combine(Folder, "data");
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
