using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class TestingBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos testing ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_AppHosts_Main_runs_with_the_tests_arguments_and_changes()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_Tests_AppHost>([
            $"--folder={_folder}",
        ]);
        Assert.Equal(Projects.Pos_Tests_AppHost.ProjectPath, builder.AppHostDirectory);
        Assert.True(builder.Environment.IsDevelopment());
        builder.Resources.Remove(builder.Resources.Single(r => r.Name == "stubborn"));

        await using var application = await builder.BuildAsync();
        await application.StartAsync().WaitAsync(TestApplication.Patience);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("echo").WaitAsync(TestApplication.Patience);

        Assert.NotEqual(7199, application.GetEndpoint("echo").Port);
        Assert.Throws<ArgumentException>(() => application.GetEndpoint("stubborn"));
        await Wait.UntilAsync(() => Directory.GetFiles(_folder).Length == 1, "the database's id");
        var process = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "database.pid")));
        Assert.True(Processes.Runs(process));
        await application.StopAsync().WaitAsync(TestApplication.Patience);
        Assert.False(Processes.Runs(process));
    }

    [Fact]
    public async Task What_Main_throws_reaches_the_test()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_Tests_AppHost>()
        );

        Assert.Equal("--folder=PATH is missing.", failure.Message);
    }

    [Fact]
    public async Task A_builder_that_is_not_built_leaves_nothing()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_Tests_AppHost>([
            $"--folder={_folder}",
        ]);

        await builder.DisposeAsync();

        Assert.Empty(Directory.GetFiles(_folder));
        await Assert.ThrowsAnyAsync<Exception>(() => builder.BuildAsync());
    }

    [Fact]
    public async Task A_client_talks_to_a_resource()
    {
        await using var test = new TestApplication();
        var server = test.Builder.AddProject<Projects.Pos_Tests_Echo>("echo");
        test.Builder.AddConnectionString("db", ReferenceExpression.Create($"Url={server.GetEndpoint("http")}"));
        await test.StartAsync();

        using var client = test.Application.CreateHttpClient("echo");

        Assert.Equal(server.GetEndpoint("http").Url + "/", client.BaseAddress!.ToString());
        Assert.Equal($"Url={server.GetEndpoint("http").Url}", await test.Application.GetConnectionStringAsync("db"));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await test.Application.GetConnectionStringAsync("echo")
        );
    }
}
