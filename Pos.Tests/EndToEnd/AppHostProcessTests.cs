using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Pos.AppHost;
using Xunit;

namespace Pos.Tests.EndToEnd;

[SystemTest]
public sealed partial class AppHostProcessTests : IDisposable
{
    // With a space in its name and closed to other accounts, so that Postgres's files are elsewhere if root runs this.
    private readonly string _folder = Directory.CreateTempSubdirectory("pos apphost ").FullName;

    private string Credentials => Path.Combine(_folder, "credentials");

    public void Dispose()
    {
        DataFolder.Open(_folder, fresh: true).Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_killed_AppHost_leaves_no_process_and_keeps_its_data()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(),
            "Aspire's orchestrator ends the processes of a killed AppHost on Unix"
        );
        using var http = new HttpClient();
        IReadOnlyDictionary<string, int> first;
        string credentials;
        await using (var killed = await AppHostProcess.StartReadyAsync(_folder, "--Pos:Processors=2"))
        {
            first = await killed.ChildrenAsync();
            Assert.Equal(
                ["aspire", "ingest", "localcloud", "lookup", "processor", "processor", "ui", "warehouse"],
                first.Keys.Select(name => name.Split('-')[0]).Order()
            );
            using var accepted = await http.PostAsJsonAsync(
                new Uri(killed.Url("ingest"), "/purchases"),
                new
                {
                    purchase_id = "kept",
                    purchased_at = "2026-01-31T09:30:00Z",
                    lines = new[]
                    {
                        new
                        {
                            product_id = "85123A",
                            quantity = 1,
                            unit_price = 2.55m,
                        },
                    },
                }
            );
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            credentials = await File.ReadAllTextAsync(Credentials);
            killed.Kill();
            await killed.ExitCodeAsync();
        }

        // Starts at once, like people do: the second AppHost waits for the processes of the first.
        await using var second = await AppHostProcess.StartReadyAsync(_folder);
        Assert.All(first.Values, processId => Assert.False(IsRunning(processId)));
        var purchase = new Uri(second.Url("lookup"), "/purchases/kept");
        await Wait.UntilAsync(async () =>
        {
            using var found = await http.GetAsync(purchase);
            return found.StatusCode == HttpStatusCode.OK;
        });

        Assert.Equal(credentials, await File.ReadAllTextAsync(Credentials));
        var password = Path.Combine(_folder, "warehouse-bi-password");
        foreach (var secret in (string[])[Credentials, password, Path.Combine(_folder, "endpoints.json")])
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        }
        Assert.StartsWith(
            $"postgresql://pos_bi:{await File.ReadAllTextAsync(password)}@127.0.0.1:",
            new WrittenEndpoints(_folder)["warehouse-bi"],
            StringComparison.Ordinal
        );
        Assert.Contains("<KeyCount>", await RunAsync(SignedCurl().Match(second.Output).Value));

        var children = await second.ChildrenAsync();
        Assert.Equal(0, await second.StopAsync());
        Assert.All(children.Values, processId => Assert.False(IsRunning(processId)));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_resource_and_the_start_fails()
    {
        // If another AppHost on this machine uses the port, that works too.
        using var ended = new CancellationTokenSource();
        var occupying = OccupyAsync(7101, ended.Token);
        await using (var appHost = AppHostProcess.Start(_folder))
        {
            Assert.NotEqual(0, await appHost.ExitCodeAsync());
            Assert.Contains("port 7101 (ingest)", appHost.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(AppHostProcess.Ready, appHost.Output, StringComparison.Ordinal);
        }
        await ended.CancelAsync();
        await occupying;
    }

    [Fact]
    public async Task A_second_AppHost_on_the_same_data_folder_is_refused()
    {
        using var data = DataFolder.Open(_folder, fresh: false);
        await using var appHost = AppHostProcess.Start(_folder);
        Assert.Equal(1, await appHost.ExitCodeAsync());
        Assert.Contains($"Another AppHost is running on {_folder}", appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fresh_empties_the_folder()
    {
        File.WriteAllText(Path.Combine(_folder, "sample-replayed"), "");
        Directory.CreateDirectory(Path.Combine(_folder, "localcloud", "streams"));
        using (DataFolder.Open(_folder, fresh: false))
            Assert.True(Directory.Exists(Path.Combine(_folder, "localcloud")));
        using (DataFolder.Open(_folder, fresh: true))
            Assert.Equal(["lock"], new DirectoryInfo(_folder).GetFileSystemInfos().Select(entry => entry.Name));
    }

    [Fact]
    public void Fresh_empties_the_folder_that_a_link_points_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links to folders need special permissions there.");
        var elsewhere = Directory.CreateTempSubdirectory("pos elsewhere ").FullName;
        File.WriteAllText(Path.Combine(elsewhere, "PG_VERSION"), "18");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "postgres"), elsewhere);

        DataFolder.Open(_folder, fresh: true).Dispose();

        Assert.False(Directory.Exists(elsewhere));
        Assert.False(Path.Exists(Path.Combine(_folder, "postgres")));
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task OccupyAsync(int port, CancellationToken cancellationToken)
    {
        using var occupant = new TcpListener(IPAddress.Loopback, port);
        var isTaken = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!isTaken)
                    occupant.Start();
                isTaken = true;
            }
            catch (SocketException)
            {
                // Tries again: the other process may release the port before the AppHost needs it.
            }
            await Task.Delay(50, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<string> RunAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    /// <summary>Matches the printed command, which has two lines.</summary>
    [GeneratedRegex(@"curl -s --aws-sigv4 .*\\\n.*")]
    private static partial Regex SignedCurl();
}
