using Aspire.Hosting.ApplicationModel;
using Pos.AppHost;
using Pos.Tests.EndToEnd;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>Tests the resources of each backend without starting them.</summary>
[SystemTest]
public sealed class BackendSelectionTests : IDisposable
{
    private const string AnyPostgres =
        "--ConnectionStrings:warehouse=Host=127.0.0.1;Port=1;Username=any;Password=any;Database=pos";

    private readonly string _folder = Directory.CreateTempSubdirectory("pos backend ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LocalStack_is_a_persistent_container_until_fresh_requires_another()
    {
        var (first, image) = await DescribeAsync("--LOCALSTACK_AUTH_TOKEN=");
        Assert.Equal(("localstack/localstack", "4.14.0"), (image.Image, image.Tag));
        Assert.Equal("kinesis,dynamodb,s3", first["SERVICES"]);
        Assert.DoesNotContain("LOCALSTACK_AUTH_TOKEN", first.Keys);

        var (again, _) = await DescribeAsync("--LOCALSTACK_AUTH_TOKEN=ls-token");
        Assert.Equal(first["POS_DATA"], again["POS_DATA"]);
        Assert.Equal(("ls-token", "1"), (again["LOCALSTACK_AUTH_TOKEN"], again["PERSISTENCE"]));

        var (fresh, other) = await DescribeAsync(
            "--LOCALSTACK_AUTH_TOKEN=",
            "--fresh",
            "--Pos:LocalStack:Image=ministackorg/ministack"
        );
        Assert.NotEqual(first["POS_DATA"], fresh["POS_DATA"]);
        Assert.Equal(("ministackorg/ministack", "latest"), (other.Image, other.Tag));

        async Task<(IReadOnlyDictionary<string, object> Environment, ContainerImageAnnotation Image)> DescribeAsync(
            params string[] settings
        )
        {
            await using var app = await AppHostModel.DescribeAsync(
                _folder,
                ["--Pos:Backend=localstack", AnyPostgres, .. settings]
            );
            var container = Assert.IsType<ContainerResource>(app.Find("localstack"));
            Assert.Equal(
                ContainerLifetime.Persistent,
                Assert.Single(container.Annotations.OfType<ContainerLifetimeAnnotation>()).Lifetime
            );
            var endpoint = Assert.Single(container.Annotations.OfType<EndpointAnnotation>());
            Assert.Equal((4566, 4566), (endpoint.Port, endpoint.TargetPort));
            return (
                await AppHostModel.EnvironmentAsync(container),
                container.Annotations.OfType<ContainerImageAnnotation>().Last()
            );
        }
    }

    [Fact]
    public async Task A_container_can_end_with_the_AppHost()
    {
        await using var app = await AppHostModel.DescribeAsync(
            _folder,
            "--Pos:Backend=localstack",
            "--Pos:LocalStack:Lifetime=Session",
            AnyPostgres
        );
        Assert.Equal(
            ContainerLifetime.Session,
            app.Find("localstack").Annotations.OfType<ContainerLifetimeAnnotation>().Last().Lifetime
        );
    }

    [Fact]
    public async Task Services_on_LocalStack_have_one_URL_except_for_the_delivery()
    {
        await using var app = await AppHostModel.DescribeAsync(
            _folder,
            "--Pos:Backend=localstack",
            "--Pos:LocalStack:Url=http://localhost:4567/",
            AnyPostgres
        );
        var environment = await AppHostModel.EnvironmentAsync(app.Find("processor"));
        Assert.All((string[])["KINESIS", "S3", "DYNAMODB"], service =>
            Assert.Equal(
                "http://localhost:4567",
                ((ReferenceExpression)environment[$"AWS_ENDPOINT_URL_{service}"]).ValueExpression
            )
        );
        Assert.Equal(
            "localcloud",
            Assert.IsType<EndpointReference>(environment["AWS_ENDPOINT_URL_FIREHOSE"]).Resource.Name
        );
        Assert.Equal(
            "S3",
            (await AppHostModel.EnvironmentAsync(app.Find("localcloud")))["LocalCloud__Delivery__Staging"]
        );
        Assert.DoesNotContain(app.Resources, resource => resource is ContainerResource);
    }

    [Fact]
    public async Task The_warehouse_can_be_a_container()
    {
        await using var app = await AppHostModel.DescribeAsync(
            _folder,
            "--Pos:Backend=localstack",
            "--Pos:LocalStack:Url=http://localhost:4567",
            "--Pos:Postgres:Image=postgres",
            "--Pos:Postgres:Tag=18"
        );
        var database = Assert.IsType<PostgresDatabaseResource>(app.Find("warehouse"));
        Assert.Equal("pos", database.DatabaseName);
        var server = database.Parent;
        var image = server.Annotations.OfType<ContainerImageAnnotation>().Last();
        Assert.Equal(("postgres", "18"), (image.Image, image.Tag));
        Assert.StartsWith(
            "pos-warehouse-",
            Assert.Single(server.Annotations.OfType<ContainerMountAnnotation>()).Source,
            StringComparison.Ordinal
        );
        var password = await server.PasswordParameter.GetValueAsync(CancellationToken.None);
        Assert.Equal(password, await File.ReadAllTextAsync(Path.Combine(_folder, "localstack", "postgres-password")));
        var reader = ((IResourceWithConnectionString)app.Find("warehouse-lookup")).ConnectionStringExpression;
        Assert.Contains(
            "Username=pos_lookup;Password={warehouse-lookup-password.value}",
            reader.ValueExpression,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Unknown Pos:Backend 'azure'. Use embedded, localstack or aws.", "--Pos:Backend=azure")]
    [InlineData(
        "Invalid Pos:LocalStack:Url 'localhost'. Use an address such as http://localhost:4566.",
        "--Pos:Backend=localstack",
        "--Pos:LocalStack:Url=localhost",
        AnyPostgres
    )]
    public async Task An_invalid_setting_is_refused_in_one_sentence(string sentence, params string[] settings)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() =>
            AppHostModel.DescribeAsync(_folder, settings)
        );
        Assert.Equal(sentence, refused.Message);
    }

    [Fact]
    public async Task Without_a_container_engine_the_AppHost_names_the_backend_that_needs_none()
    {
        await using var appHost = AppHostProcess.Start(
            _folder,
            "--Pos:Backend=localstack",
            "--DcpPublisher:RandomizePorts=true",
            AnyPostgres
        );
        Assert.Equal(1, await appHost.ExitCodeAsync());
        Assert.Contains(
            "Containers need an engine such as Docker. --Pos:Backend=embedded needs none.",
            appHost.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Fresh_keeps_the_data_of_other_backends()
    {
        string[] others = ["credentials", Path.Combine("aws", "id"), "aws-outputs.json"];
        Directory.CreateDirectory(Path.Combine(_folder, "aws"));
        foreach (var file in others)
            File.WriteAllText(Path.Combine(_folder, file), "kept");
        using (var data = DataFolder.Open(_folder, fresh: false, "localstack"))
            File.WriteAllText(data["credentials"], "localstack's");

        using (var data = DataFolder.Open(_folder, fresh: true, "localstack"))
            Assert.False(File.Exists(data["credentials"]));
        Assert.All(others, file => Assert.True(File.Exists(Path.Combine(_folder, file))));

        using (var data = DataFolder.Open(_folder, fresh: true))
            Assert.False(File.Exists(data["credentials"]));
        Assert.All(others[1..], file => Assert.True(File.Exists(Path.Combine(_folder, file))));
    }
}
