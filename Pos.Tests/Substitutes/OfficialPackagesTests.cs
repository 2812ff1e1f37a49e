using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Pos.Tests.Substitutes;

/// <summary>
/// <c>-p:OfficialPackages=true</c>, as far as it can be told where the official packages cannot be restored: what the
/// projects ask for.
/// </summary>
public sealed partial class OfficialPackagesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pos sdks ");

    [Theory]
    [InlineData("Pos.ServiceDefaults", "AWSSDK.Kinesis", "AWSSDK.KinesisFirehose")]
    [InlineData("Pos.Tests", "AWSSDK.Kinesis", "AWSSDK.KinesisFirehose", "Aspire.Hosting.Testing")]
    [InlineData("Pos.AppHost", "Aspire.AppHost.Sdk")]
    public async Task Switch_replaces_each_substitute_by_its_official_package(string project, params string[] packages)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links to folders want rights there.");
        var official = await EvaluateAsync(project, "-p:OfficialPackages=true");
        Assert.Empty(packages.Except(Identities(official, "PackageReference").Concat(Sdk(official))));
        Assert.DoesNotContain(Identities(official, "ProjectReference"), reference =>
            reference.Contains("substitutes", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(Identities(official, "ProjectReference"), reference =>
            reference.Contains("Pos.Tests.AppHost", StringComparison.Ordinal)
        );

        var usual = await EvaluateAsync(project);
        Assert.Empty(packages.Intersect(Identities(usual, "PackageReference").Concat(Sdk(usual))));
        Assert.Contains(Identities(usual, "ProjectReference"), reference =>
            reference.Contains("substitutes", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Official_packages_have_versions() =>
        Assert.Empty(
            ((string[])["AWSSDK.Kinesis", "AWSSDK.KinesisFirehose", "Aspire.Hosting.Testing"]).Except(
                Central()
                    .Matches(File.ReadAllText(Path.Combine(Repository.Folder, "Directory.Packages.props")))
                    .Select(version => version.Groups[1].Value)
            )
        );

    [Fact]
    public void No_code_tells_the_two_apart() =>
        Assert.DoesNotContain(Sources(), file =>
            File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal))
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateDirectories(Repository.Folder, "Pos.*")
            .Concat(((string[])["deploy", "libs", "substitutes"]).Select(name => Path.Combine(Repository.Folder, name)))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file =>
                !Path.GetRelativePath(Repository.Folder, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Intersect(["obj", "bin", "node_modules"])
                    .Any()
            );

    private static IEnumerable<string> Identities(JsonNode evaluated, string item) =>
        evaluated["Items"]![item]!.AsArray().Select(each => each!["Identity"]!.GetValue<string>());

    private static IEnumerable<string> Sdk(JsonNode evaluated) =>
        evaluated["Properties"]!["IsAspireHost"]!.GetValue<string>() == "true" ? ["Aspire.AppHost.Sdk"] : [];

    /// <summary>What a project consists of, with a stand-in for the SDK that cannot be restored.</summary>
    private async Task<JsonNode> EvaluateAsync(string project, params string[] switches)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(
            dotnet,
            [
                "msbuild",
                Path.Combine(Repository.Folder, project, $"{project}.csproj"),
                "-nologo",
                "-nodeReuse:false",
                "-getItem:PackageReference",
                "-getItem:ProjectReference",
                "-getProperty:IsAspireHost",
                .. switches,
            ]
        )
        {
            WorkingDirectory = Repository.Folder,
        };
        foreach (
            var name in start
                .Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase))
                .ToArray()
        )
            start.Environment.Remove(name);
        start.Environment["MSBuildSDKsPath"] = await SdksAsync(dotnet);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return JsonNode.Parse(await Tool.RunAsync(start, limit.Token))!;
    }

    private async Task<string> SdksAsync(string dotnet)
    {
        var sdks = Path.Combine(_folder.FullName, "Sdks");
        if (Directory.Exists(sdks))
            return sdks;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var version = (
            await Tool.RunAsync(
                new ProcessStartInfo(dotnet, ["--version"]) { WorkingDirectory = Repository.Folder },
                limit.Token
            )
        ).Trim();
        var listed = await Tool.RunAsync(new ProcessStartInfo(dotnet, ["--list-sdks"]), limit.Token);
        var installed = listed
            .Split('\n')
            .Single(line => line.StartsWith($"{version} [", StringComparison.Ordinal))
            .Trim()[(version.Length + 2)..^1];
        Directory.CreateDirectory(sdks);
        var sdk = new DirectoryInfo(Path.Combine(installed, version));
        foreach (
            var part in sdk.EnumerateFileSystemInfos()
                .Where(part => part.Name != "Sdks")
                .Concat(new DirectoryInfo(Path.Combine(sdk.FullName, "Sdks")).EnumerateFileSystemInfos())
        )
            Directory.CreateSymbolicLink(
                Path.Combine(_folder.FullName, Path.GetRelativePath(sdk.FullName, part.FullName)),
                part.FullName
            );
        var aspire = Directory.CreateDirectory(Path.Combine(sdks, "Aspire.AppHost.Sdk", "Sdk")).FullName;
        await File.WriteAllTextAsync(Path.Combine(aspire, "Sdk.props"), "<Project />");
        await File.WriteAllTextAsync(
            Path.Combine(aspire, "Sdk.targets"),
            "<Project><PropertyGroup><IsAspireHost>true</IsAspireHost></PropertyGroup></Project>"
        );
        return sdks;
    }

    [GeneratedRegex("PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Central();
}
