using Pos.AppHost.Embedded;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Tests the npm packages that AppHosts and tests of a checkout share.</summary>
[SystemTest]
public sealed class NpmFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("pos npm ").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Concurrent_calls_install_once_and_a_changed_lock_file_installs_again()
    {
        await WriteAsync("1.0.0");
        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => new NpmFolder(_path).EnsureCurrentAsync()))
        );
        Assert.True(new NpmFolder(_path).IsCurrent);
        Assert.Equal("I", await File.ReadAllTextAsync(Path.Combine(_path, "installations")));

        await WriteAsync("1.0.1");
        Assert.False(new NpmFolder(_path).IsCurrent);
        await new NpmFolder(_path).EnsureCurrentAsync();
        Assert.Equal("II", await File.ReadAllTextAsync(Path.Combine(_path, "installations")));
    }

    [Fact]
    public async Task A_failed_installation_throws_and_does_not_count()
    {
        await WriteAsync("1.0.0", install: "exit 3");
        await Assert.ThrowsAsync<InvalidOperationException>(() => new NpmFolder(_path).EnsureCurrentAsync());
        Assert.False(new NpmFolder(_path).IsCurrent);

        await WriteAsync("1.0.0");
        await new NpmFolder(_path).EnsureCurrentAsync();
        Assert.True(new NpmFolder(_path).IsCurrent);
    }

    private async Task WriteAsync(string version, string install = "node install.js")
    {
        Directory.CreateDirectory(Path.Combine(_path, "part"));
        await File.WriteAllTextAsync(
            Path.Combine(_path, "part", "package.json"),
            """{ "name": "part", "version": "1.0.0" }"""
        );
        await File.WriteAllTextAsync(
            Path.Combine(_path, "install.js"),
            "require('fs').appendFileSync('installations', 'I');"
        );
        await File.WriteAllTextAsync(
            Path.Combine(_path, "package.json"),
            $$"""
            {
              "name": "whole", "version": "{{version}}",
              "scripts": { "postinstall": "{{install}}" }, "dependencies": { "part": "file:part" }
            }
            """
        );
        await File.WriteAllTextAsync(
            Path.Combine(_path, "package-lock.json"),
            $$"""
            {
              "name": "whole", "version": "{{version}}", "lockfileVersion": 3, "requires": true,
              "packages": {
                "": { "name": "whole", "version": "{{version}}", "dependencies": { "part": "file:part" } },
                "node_modules/part": { "resolved": "part", "link": true },
                "part": { "version": "1.0.0" }
              }
            }
            """
        );
    }
}
