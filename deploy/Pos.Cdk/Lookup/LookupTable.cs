using Amazon.CDK.AWS.DynamoDB;
using Amazon.DynamoDBv2.Model;
using Constructs;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;

namespace Pos.Cdk.Lookup;

/// <summary>The lookup table with one item per purchase and an index by customer.</summary>
internal sealed class LookupTable : Construct
{
    public LookupTable(Construct scope, Stage stage)
        : base(scope, "LookupTable") =>
        Table = SchemaTable.Create(this, stage, LookupTableSchema.CreateTable(stage.Resources));

    public Table Table { get; }
}

/// <summary>The lease table of processors outside Lambda, for example on a laptop.</summary>
internal sealed class LeaseTable : Construct
{
    public LeaseTable(Construct scope, Stage stage)
        : base(scope, "LeaseTable") =>
        Table = SchemaTable.Create(this, stage, LeaseTableSchema.CreateTable(stage.Resources));

    public Table Table { get; }
}

/// <summary>Creates a table from the request that <c>pos provision</c> uses.</summary>
internal static class SchemaTable
{
    public static Table Create(Construct scope, Stage stage, CreateTableRequest request)
    {
        var table = new Table(
            scope,
            "Table",
            new TableProps
            {
                TableName = request.TableName,
                PartitionKey = Key(request, request.KeySchema, "HASH")!,
                SortKey = Key(request, request.KeySchema, "RANGE"),
                BillingMode = BillingMode.PAY_PER_REQUEST,
                Encryption = TableEncryption.AWS_MANAGED,
                PointInTimeRecovery = stage.IsProduction,
                DeletionProtection = stage.IsProduction,
                RemovalPolicy = stage.Removal,
            }
        );
        foreach (var index in request.GlobalSecondaryIndexes ?? [])
        {
            table.AddGlobalSecondaryIndex(
                new GlobalSecondaryIndexProps
                {
                    IndexName = index.IndexName,
                    PartitionKey = Key(request, index.KeySchema, "HASH")!,
                    SortKey = Key(request, index.KeySchema, "RANGE"),
                    ProjectionType = Enum.Parse<ProjectionType>(index.Projection.ProjectionType.Value),
                }
            );
        }
        return table;
    }

    private static Amazon.CDK.AWS.DynamoDB.Attribute? Key(
        CreateTableRequest request,
        List<KeySchemaElement> keys,
        string type
    )
    {
        if (keys.Find(key => key.KeyType.Value == type)?.AttributeName is not { } name)
            return null;
        return new Amazon.CDK.AWS.DynamoDB.Attribute
        {
            Name = name,
            Type = request
                .AttributeDefinitions.Single(attribute => attribute.AttributeName == name)
                .AttributeType.Value switch
            {
                "S" => AttributeType.STRING,
                "N" => AttributeType.NUMBER,
                _ => AttributeType.BINARY,
            },
        };
    }
}
