// Reads the template of a deployed stack, for the settings that it was deployed with.
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';

/** In these states there is a name and no Daybook: CDK makes such a stack new. */
const neverMade = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'CREATE_FAILED', 'DELETE_COMPLETE'];

/** The template of the stack; undefined where there is no stack of that name. */
export async function readStack(stack, profile) {
  // As for cdk: without any region, CloudFormation's first one.
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  try {
    return await templateOf(stack, { profile, ...(region && { region }) });
  } catch (error) {
    if (error.message !== 'Region is missing') throw error;
    return await templateOf(stack, { profile, region: 'us-east-1' });
  }
}

async function templateOf(stack, config) {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    if (neverMade.includes(Stacks?.[0]?.StackStatus)) return undefined;
    const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stack }));
    return JSON.parse(TemplateBody);
  } catch (error) {
    if (error.name === 'ValidationError' && /does not exist/.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
